// Rows chosen by their boxes: says how many, and chooses all that are shown.
import { $, $$ } from '../page.js';

export default function chosen(form) {
  const all = $('[data-all]', form)
  const words = $('[data-count]', form)
  if (!all) return
  const boxes = () => $$('[name=customer]', form)
  const plain = words.textContent

  function count() {
    const number = boxes().filter(box => box.checked).length
    for (const box of boxes()) box.closest('li').toggleAttribute('data-on', box.checked)
    all.checked = number > 0 && number === boxes().length
    all.indeterminate = number > 0 && !all.checked
    if (number) words.textContent = number === 1 ? words.dataset.one : words.dataset.many.replace('%s', number)
    else words.textContent = plain
  }

  form.addEventListener('change', event => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked
    count()
  })
  count()
}
