// Fills a template's preview while somebody types: each field fills the places that carry its key.
import { $$ } from '../page.js';

export default function templateValues(form) {
  const fill = field => {
    for (const place of $$('[data-slot]', form)) {
      if (place.dataset.slot === field.dataset.fills) show(place, field.value.trim())
    }
  }
  form.addEventListener('input', event => event.target.dataset.fills && fill(event.target))
  // What was typed, or put in by the browser, before this listened.
  $$('[data-fills]', form).filter(field => field.value).forEach(fill)
}

function show(place, value) {
  place.textContent = value || place.dataset.empty
  if (value) delete place.dataset.tone
  else place.dataset.tone = 'bad'
}
