// A form in the place of what it changes: Esc leaves it, Ctrl+Enter saves from a text of many lines.
import { $ } from '../page.js';

export default function inlineEdit(form) {
  form.addEventListener('keydown', event => {
    if (event.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      $('[data-cancel]', form)?.click()
    } else if (event.key === 'Enter' && event.ctrlKey) {
      event.preventDefault()
      form.requestSubmit($('button', form))
    }
  })
}
