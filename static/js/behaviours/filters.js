// The form of the list's filters: shown as an address without what is not chosen.
import { go } from '../go.js';

export default function filters(form) {
  form.addEventListener('submit', event => {
    if (event.defaultPrevented || event.submitter?.hasAttribute('formaction')) return
    event.preventDefault()
    const said = [...new FormData(form)].filter(([, value]) => value !== '')
    form.closest('dialog')?.close()
    go(`${form.action}?${new URLSearchParams(said)}`, 'list')
  })
}
