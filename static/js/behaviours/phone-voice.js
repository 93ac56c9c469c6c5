// A voice note spoken into the simulated phone: recorded by the browser, sent as it is; the server
// puts it into WhatsApp's container.
import { $ } from '../page.js';
import { recordingType, startRecording } from '../recorder.js';
import { say } from '../say.js';
import { minutes } from '../sound.js';
import { upload } from '../upload.js';

export default function phoneVoice(form) {
  const button = $('[data-record]', form)
  const bar = $('.ph-recording', form)
  if (!recordingType) return
  button.hidden = false
  let recording = null

  async function start() {
    if (recording) return
    try {
      recording = await startRecording(show)
    } catch {
      return say(form.dataset.refused)
    }
    bar.hidden = false
    $('[data-voice=send]', bar).focus()
  }

  function show({ seconds }) {
    $('.time', bar).textContent = minutes(seconds)
  }

  async function end() {
    const ended = recording
    recording = null
    bar.hidden = true
    button.focus()
    await ended.stop()
    return ended.blob()
  }

  async function send() {
    const data = new FormData(form)
    data.set('kind', 'voice')
    data.set('file', await end())
    await upload(form, form.getAttribute('action'), data, { onProgress: () => {} })
  }

  const does = { discard: end, send }
  button.addEventListener('click', start)
  bar.addEventListener('click', event => {
    const wish = event.target.closest('[data-voice]')?.dataset.voice
    if (wish && recording) does[wish]()
  })
  bar.addEventListener('keydown', event => {
    if (event.key === 'Escape' && recording) end()
  })
}
