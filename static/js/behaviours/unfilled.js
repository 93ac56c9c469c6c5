// A variable that nobody has filled in: sending says so once, the second time it goes as it stands.
import { $ } from '../page.js';

const VARIABLE = /\{\{[^{}]*\}\}/g

export default function unfilled(form) {
  const text = form.elements.body
  const warning = $('.unfilled', form)
  let warned = ''

  form.addEventListener('submit', event => {
    const left = text.value.match(VARIABLE)
    if (!left || warned === text.value) return
    event.preventDefault()
    event.stopImmediatePropagation()
    warned = text.value
    warning.textContent = warning.dataset.says.replace('%s', [...new Set(left)].join(', '))
    warning.hidden = false
    const at = text.value.indexOf(left[0])
    text.focus()
    text.setSelectionRange(at, at + left[0].length)
  }, true)
  for (const name of ['input', 'ramal:set']) text.addEventListener(name, () => (warning.hidden = true))
}
