// Tells somebody in a toast what the page itself has found out.
import { toast } from './page.js';

export function say(text, tone = 'bad') {
  const element = Object.assign(document.createElement('div'), { className: 'toast' })
  element.setAttribute('role', tone === 'bad' ? 'alert' : 'status')
  Object.assign(element.dataset, { tone, behaviour: 'toast' })
  element.append(Object.assign(document.createElement('p'), { textContent: text }))
  const holder = document.createElement('div')
  holder.append(element)
  toast(holder)
}
