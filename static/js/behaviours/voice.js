// A voice message recorded in the browser: seen as bars while it is recorded, sent when one says so.
import { $, openConversation } from '../page.js';
import { recordingType, startRecording } from '../recorder.js';
import { say } from '../say.js';
import { bars, minutes } from '../sound.js';
import { newToken } from '../token.js';
import { showProgress, upload } from '../upload.js';

const MOST_BARS = 62

export default function voice(form) {
  const conversation = openConversation()
  const button = $('[data-record]', form)
  const bar = $('.voice', form)
  if (!recordingType) return
  button.hidden = false
  let take = null

  async function start() {
    if (take || form.dataset.mode !== 'reply') return
    // The token is the recording's: sending it twice sends it once.
    take = { token: newToken() }
    try {
      take.recording = await startRecording(show)
    } catch {
      take = null
      return say(button.dataset.refused)
    }
    form.dataset.recording = ''
    $('[data-voice=send]', bar).focus()
  }

  function show(recording) {
    // Another conversation was opened: nobody would hear this any more.
    if (!form.isConnected) return discard()
    $('.time', bar).textContent = minutes(recording.seconds)
    $('.wave path', bar).setAttribute('d', bars(recording.levels.slice(-MOST_BARS), MOST_BARS))
    bar.toggleAttribute('data-paused', recording.isPaused)
    $('[data-voice=pause]', bar).setAttribute('aria-pressed', recording.isPaused)
  }

  function pause() {
    take.recording.pause()
    show(take.recording)
  }

  function discard() {
    take.sending?.abort()
    take.recording.stop()
    take = null
    delete form.dataset.recording
    $('.progress', bar).hidden = true
  }

  async function send() {
    const one = take
    if (one.sending) return
    one.sending = new AbortController()
    const sendButton = $('[data-voice=send]', bar)
    sendButton.setAttribute('aria-busy', 'true')
    await one.recording.stop()
    const onProgress = (loaded, total) => showProgress($('.progress', bar), loaded / total)
    const address = $('[data-files]', form).dataset.files
    const isDone = await upload(conversation, address, content(one), { onProgress, signal: one.sending.signal })
    sendButton.removeAttribute('aria-busy')
    one.sending = null
    if (!isDone || take !== one) return
    discard()
    conversation.dispatchEvent(new CustomEvent('ramal:sent'))
    form.elements.body.focus()
  }

  function content({ token, recording }) {
    const data = new FormData()
    data.append('client_token', token)
    data.append('reply_to', form.elements.reply_to.value)
    data.append('since', conversation.dataset.version)
    data.append('voice', 'on')
    data.append('files', recording.blob())
    return data
  }

  const does = { discard, pause, send }
  button.addEventListener('click', start)
  bar.addEventListener('click', event => {
    const wish = event.target.closest('[data-voice]')?.dataset.voice
    if (wish && take?.recording) does[wish]()
  })
  bar.addEventListener('keydown', event => {
    if (event.key === 'Escape' && take?.recording) discard()
  })
}
