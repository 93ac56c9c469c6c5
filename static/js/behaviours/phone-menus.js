// What is folded out on the simulated phone: opened by a long press on a message as well, seen whole,
// and closed by Escape, by a click beside it, and when something was sent.
import { $, $$ } from '../page.js';

const MENUS = '.ph-more[open], .ph-list[open]'

export default function phoneMenus(page) {
  page.addEventListener('contextmenu', openMenu)
  page.addEventListener('toggle', event => showWhole(event.target), true)
  page.addEventListener('ramal:done', () => closeMenus(() => true))
  document.addEventListener('click', event => closeMenus(menu => !menu.contains(event.target)))
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') closeMenus(() => true)
  })
}

// A long press on a telephone, the right button elsewhere. Links and files keep the browser's own menu.
function openMenu(event) {
  const menu = event.target.closest('.ph-msg')?.parentElement.querySelector('.ph-more')
  if (!menu || event.target.closest('a, img, audio, video')) return
  event.preventDefault()
  closeMenus(() => true)
  menu.open = true
  $('summary', menu).focus()
}

function showWhole(menu) {
  if (menu.matches?.(MENUS)) menu.lastElementChild.scrollIntoView({ block: 'nearest' })
}

function closeMenus(wanted) {
  $$(MENUS).filter(wanted).forEach(menu => {
    const inside = menu.contains(document.activeElement)
    menu.open = false
    if (inside) $('summary', menu).focus()
  })
}
