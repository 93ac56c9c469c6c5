// Lets this browser be woken, or no longer: asked for only when somebody presses the button.
import { $ } from '../page.js';
import { post } from '../page.js';

export default function push(block) {
  const [on, off] = [$('[data-on]', block), $('[data-off]', block)]
  const isPossible = 'serviceWorker' in navigator && 'PushManager' in window

  async function show(trouble = '') {
    const subscription = isPossible ? await current() : null
    const state = trouble || stateOf(subscription)
    for (const line of block.querySelectorAll('[data-when-state]')) {
      line.hidden = line.dataset.whenState !== state
    }
    on.hidden = Boolean(subscription) || !isPossible || state === 'denied'
    off.hidden = !subscription
  }

  function stateOf(subscription) {
    if (!isPossible) return 'impossible'
    if (Notification.permission === 'denied') return 'denied'
    return subscription ? 'on' : 'off'
  }

  on.addEventListener('click', async () => {
    on.disabled = true
    const isDone = await subscribe(block.dataset).catch(() => false)
    on.disabled = false
    await show(isDone || Notification.permission === 'denied' ? '' : 'failed')
  })
  off.addEventListener('click', async () => {
    const subscription = await current()
    await post(block.dataset.unsubscribe, { endpoint: subscription.endpoint })
    await subscription.unsubscribe()
    await show()
  })
  show()
}

const current = async () => (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription() ?? null

async function subscribe({ key, subscribe: address, worker }) {
  if (await Notification.requestPermission() !== 'granted') return false
  await navigator.serviceWorker.register(worker, { scope: '/' })
  const { pushManager } = await navigator.serviceWorker.ready
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = subscription.toJSON()
  const answer = await post(address, { endpoint, ...keys })
  if (answer?.ok) return true
  await subscription.unsubscribe()
  return false
}
