// The command bar: what is typed is searched on the server, arrows choose, Enter opens. Actions of the
// open conversation are pressed as their keys would be; what it does not allow now is not listed.
import { $, $$, fragment, openConversation, parse } from '../page.js';
import { allowed, press } from './shortcuts.js';

const PAUSE_MS = 120

export default function command(dialog) {
  const input = $('input', dialog)
  const list = $('.cmd-list', dialog)
  const status = $('[role=status]', dialog)
  let latest = 0
  let timer = 0

  const options = () => $$('[role=option]', list)
  const selected = () => options().find(option => option.getAttribute('aria-selected') === 'true')

  async function ask() {
    const wish = ++latest
    const params = new URLSearchParams({ q: input.value, conversation: openConversation()?.dataset.conversation ?? '' })
    const html = await fragment(`${dialog.dataset.address}?${params}`).catch(() => null)
    if (html === null || wish !== latest) return
    list.replaceChildren(parse(html))
    for (const option of $$('[data-press]', list)) {
      if (!$$(`[data-key="${option.dataset.press}"]`).some(allowed)) option.remove()
    }
    for (const group of $$('[role=group]', list)) if (!$('[role=option]', group)) group.remove()
    const { some, none } = status.dataset
    status.textContent = options().length ? some.replace('%s', options().length) : none
    select(options()[0])
  }

  function select(option) {
    for (const other of options()) other.setAttribute('aria-selected', other === option)
    if (option) input.setAttribute('aria-activedescendant', option.id)
    else input.removeAttribute('aria-activedescendant')
    option?.scrollIntoView({ block: 'nearest' })
  }

  function choose(option, isAside) {
    const { href, press: key } = option.dataset
    if (href && isAside) return window.open(href, '_blank', 'noopener')
    dialog.close()
    if (href) location.assign(href)
    else press(key)
  }

  const move = by => select(options().at((options().indexOf(selected()) + by) % options().length))

  new MutationObserver(() => dialog.open && begin()).observe(dialog, { attributeFilter: ['open'] })
  function begin() {
    input.value = ''
    list.replaceChildren()
    ask()
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, PAUSE_MS)
  })
  dialog.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1)
    else if (event.key === 'Enter' && selected()) choose(selected(), event.ctrlKey || event.metaKey)
    else return
    event.preventDefault()
  })
  list.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) choose(option, event.ctrlKey || event.metaKey)
  })
}
