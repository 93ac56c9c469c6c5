// Fetches the part of the thread before what is shown, without moving the reader.
import { fragment, parse } from './page.js';

// Returns a function that resolves to true when an earlier part came, to false when there is none.
// Whoever asks while one is on its way waits for the same answer.
export default function earlier(scroll, list) {
  let loading = null

  async function load(link) {
    const html = await fragment(link.href)
    if (!html) return false
    const height = scroll.scrollHeight
    const top = scroll.scrollTop
    link.remove()
    list.prepend(parse(html))
    scroll.scrollTop = top + scroll.scrollHeight - height
    return true
  }

  return async () => {
    const link = document.getElementById('earlier')
    if (!link) return false
    loading ??= load(link).catch(() => false).finally(() => (loading = null))
    return loading
  }
}
