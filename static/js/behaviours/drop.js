// A field for one file onto which the file can be dropped; says which file it has.
import { $ } from '../page.js';

export default function drop(label) {
  const input = $('input[type=file]', label)
  const words = $('[data-chosen]', label)
  const over = isOver => event => {
    event.preventDefault()
    label.toggleAttribute('data-over', isOver)
  }
  label.addEventListener('dragover', over(true))
  label.addEventListener('dragleave', over(false))
  label.addEventListener('drop', event => {
    over(false)(event)
    if (!event.dataTransfer.files.length) return
    input.files = event.dataTransfer.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
  input.addEventListener('change', () => {
    if (input.files.length) words.textContent = input.files[0].name
  })
}
