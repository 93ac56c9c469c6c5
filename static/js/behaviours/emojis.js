// A grid of emojis: arrows move in it, Home and End go to its ends. With data-inserts a click puts
// the emoji into that field where the cursor is; else its button submits its form.
import { $$ } from '../page.js';

export default function emojis(grid) {
  const field = document.getElementById(grid.dataset.inserts)
  const shown = () => $$('[data-emoji]', grid).filter(button => button.checkVisibility())

  grid.addEventListener('keydown', event => {
    const buttons = shown()
    const next = target(event.key, buttons, buttons.indexOf(document.activeElement))
    if (!next) return
    event.preventDefault()
    next.focus()
  })
  grid.addEventListener('click', event => {
    const button = event.target.closest('[data-emoji]')
    if (button && field) insert(button.textContent)
  })

  function insert(emoji) {
    grid.closest('dialog').close()
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.focus()
  }
}

function target(key, buttons, at) {
  if (at < 0) return null
  const middle = button => button.offsetLeft + button.offsetWidth / 2
  const inLine = rows => rows.find(button => Math.abs(middle(button) - middle(buttons[at])) < 4)
  const isBelow = button => button.offsetTop > buttons[at].offsetTop
  const isAbove = button => button.offsetTop < buttons[at].offsetTop
  const moves = {
    ArrowRight: () => buttons[at + 1],
    ArrowLeft: () => buttons[at - 1],
    ArrowDown: () => inLine(buttons.filter(isBelow)),
    ArrowUp: () => inLine(buttons.filter(isAbove).reverse()),
    Home: () => buttons[0],
    End: () => buttons.at(-1),
  }
  return moves[key]?.()
}
