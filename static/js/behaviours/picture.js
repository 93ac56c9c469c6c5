// Opens a picture over the page; without this file its link opens it in a tab of its own.
import { $ } from '../page.js';

export default function picture(dialog) {
  const image = $('img', dialog)
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-full]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    image.src = link.dataset.full
    $('a', dialog).href = `${link.dataset.full}?download`
    dialog.showModal()
  })
  dialog.addEventListener('click', event => {
    if (!event.target.closest('a')) dialog.close()
  })
  dialog.addEventListener('close', () => image.removeAttribute('src'))
}
