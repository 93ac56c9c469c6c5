// Light or dark. Kept with the person, and in a cookie for this browser's login page.
import { post } from '../page.js';

const YEAR_SECONDS = 365 * 24 * 3600

export default function theme(button) {
  button.addEventListener('click', () => {
    const root = document.documentElement
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
    const next = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark'
    root.dataset.theme = next
    document.cookie = `theme=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
    if (button.dataset.address) post(button.dataset.address, { theme: next })
  })
}
