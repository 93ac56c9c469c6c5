// Tells of new messages in one's own conversations: a short tone, and a notice of the browser while
// one looks elsewhere. Both as chosen in the profile; nothing while one is away.
const PAUSE_MS = 4_000
const TONE_SECONDS = 0.16

export default function notices(body) {
  let known = null
  let told = 0
  document.addEventListener('ramal:unread', ({ detail }) => {
    const isMore = known !== null && detail > known
    known = detail
    if (!isMore || body.dataset.availability === 'away' || Date.now() - told < PAUSE_MS) return
    told = Date.now()
    if (body.dataset.sounds === 'on') tone()
    if (body.dataset.notifications === 'on' && document.hidden) notify(body)
  })
}

function notify(body) {
  if (globalThis.Notification?.permission !== 'granted') return
  const notice = new Notification(body.dataset.newMessage, { tag: 'ramal-unread', silent: true })
  notice.onclick = () => {
    focus()
    notice.close()
  }
}

// Low and short. Browsers allow sound only after somebody has touched the page; then it is silent.
function tone() {
  const audio = new AudioContext()
  if (audio.state !== 'running') return audio.close()
  const [oscillator, volume] = [audio.createOscillator(), audio.createGain()]
  oscillator.frequency.value = 620
  volume.gain.setValueAtTime(0.06, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + TONE_SECONDS)
  oscillator.connect(volume).connect(audio.destination)
  oscillator.onended = () => audio.close()
  oscillator.start()
  oscillator.stop(audio.currentTime + TONE_SECONDS)
}
