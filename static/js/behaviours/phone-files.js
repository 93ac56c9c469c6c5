// The sheets of the simulated phone: a chosen file is sent at once, what was sent closes its sheet,
// and the first playing of a voice note of ours is told.
import { $, $$, post } from '../page.js';

export default function phoneFiles(form) {
  const page = form.closest('.sim')
  const file = $('[name=file]', page)
  const told = new Set()

  page.addEventListener('ramal:done', () => {
    $$('[popover]:popover-open', page).forEach(sheet => sheet.hidePopover())
    file.value = ''
  })
  page.addEventListener('play', event => {
    const { heard, message } = event.target.dataset
    if (!heard || told.has(message)) return
    told.add(message)
    post(heard, { message })
  }, true)
}
