// Each file that waits has words of its own: those of the file that is chosen stand in one field.
import { $, $$ } from './page.js';

export function captions(tray) {
  const field = $('[data-caption]', tray)
  let current = null

  function choose(shot) {
    current = shot ?? null
    for (const element of $$('.shot', tray)) element.toggleAttribute('aria-current', element === shot?.element)
    shot?.element.setAttribute('aria-current', 'true')
    field.disabled = !shot
    field.value = shot?.caption ?? ''
    field.ariaLabel = field.placeholder = shot ? field.dataset.of.replace('%s', shot.file.name) : ''
  }

  field.addEventListener('input', () => current && (current.caption = field.value))
  return { choose, isChosen: shot => shot === current }
}
