// Fills a template's preview while somebody types: each field fills the places that carry its key.
import { $$ } from '../page.js';

export default function templateValues(form) {
  form.addEventListener('input', event => {
    const { fills } = event.target.dataset
    if (!fills) return
    for (const place of $$('[data-slot]', form)) {
      if (place.dataset.slot === fills) show(place, event.target.value.trim())
    }
  })
}

function show(place, value) {
  place.textContent = value || place.dataset.empty
  if (value) delete place.dataset.tone
  else place.dataset.tone = 'bad'
}
