// Files in the composer: chosen, pasted or dropped, looked at, sent with progress, given up.
// The server checks what they are; only what surely cannot be sent is held back here.
import { captions } from '../captions.js';
import { $, $$, openConversation } from '../page.js';
import { newShot } from '../shots.js';
import { upload } from '../upload.js';

const LARGEST_BYTES = 100 * 1024 * 1024
const MOST_FILES = 10

export default function files(form) {
  const conversation = openConversation()
  const tray = $('.tray', form)
  const input = $('[data-files]', form)
  const text = form.elements.body
  const asDocument = $('[data-as-document]', tray)
  const caption = captions(tray)
  let shots = []
  let sending = null

  const isReply = () => form.dataset.mode === 'reply'
  const sendable = () => shots.filter(shot => !shot.refused)

  function add(fileList) {
    for (const file of fileList) {
      const shot = newShot(tray, file, one => (sending ? sending.abort() : remove(one)))
      shots.push(shot)
      $('ul', tray).append(shot.element)
      $('.name', shot.element).addEventListener('click', () => caption.choose(shot))
    }
    judge()
    if (!shots.some(caption.isChosen)) caption.choose(shots[0])
  }

  function judge() {
    const { tooLarge, tooMany } = input.dataset
    shots.forEach((shot, index) => shot.refuse(shot.file.size > LARGEST_BYTES ? tooLarge : index < MOST_FILES ? '' : tooMany))
    tray.hidden = !shots.length
  }

  function remove(shot) {
    shots = shots.filter(other => other !== shot)
    shot.dispose()
    judge()
    if (caption.isChosen(shot)) caption.choose(shots[0])
    text.focus()
  }

  async function send() {
    const going = sendable()
    sending = new AbortController()
    for (const shot of going) shot.label('cancel')
    const onProgress = (loaded, total) => show(going, loaded, total)
    const isDone = await upload(form, input.dataset.files, content(going), { onProgress, signal: sending.signal })
    sending = null
    for (const shot of going) isDone ? remove(shot) : shot.rest()
    if (isDone) asDocument.checked = false
  }

  function content(going) {
    const data = new FormData()
    for (const name of ['client_token', 'reply_to', 'body', 'revision']) data.append(name, form.elements[name].value)
    data.append('since', conversation.dataset.version)
    if (asDocument.checked) data.append('as_document', 'on')
    for (const input of $$('input[name=canned]', form)) data.append('canned', input.value)
    for (const shot of going) {
      data.append('files', shot.file)
      data.append('captions', shot.caption)
    }
    return data
  }

  // One request carries all files, one after another: each has its own share of what is through.
  function show(going, loaded, total) {
    let before = 0
    for (const shot of going) {
      const size = Math.max(1, shot.file.size)
      shot.show((loaded - before) / size, loaded >= total)
      before += size
    }
  }

  // Files that come by themselves: taken while one may send some, else left to the browser.
  function take(event, transfer) {
    if (!transfer?.files.length || !isReply() || sending) return
    event.preventDefault()
    add(transfer.files)
  }

  $('[data-attach]', form).addEventListener('click', () => input.click())
  input.addEventListener('change', () => {
    add(input.files)
    input.value = ''
    text.focus()
  })
  form.addEventListener('submit', event => {
    if (!isReply() || !shots.length) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!sending && sendable().length) send()
  }, true)
  // Without a text the composer has nothing to send; here there is.
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || text.value.trim()) return
    if (!isReply() || !sendable().length) return
    event.preventDefault()
    form.requestSubmit()
  })
  // A canned response brings its own.
  form.addEventListener('ramal:files', event => isReply() && !sending && add(event.detail))
  text.addEventListener('paste', event => take(event, event.clipboardData))
  const pane = $('.pane-thread', conversation)
  pane.addEventListener('dragover', event => {
    if (![...event.dataTransfer.types].includes('Files')) return
    event.preventDefault()
    pane.toggleAttribute('data-dropping', isReply() && !sending)
  })
  pane.addEventListener('dragleave', () => delete pane.dataset.dropping)
  pane.addEventListener('drop', event => {
    delete pane.dataset.dropping
    // A file that falls beside must not replace the page.
    if (event.dataTransfer.files.length) event.preventDefault()
    take(event, event.dataTransfer)
  })
}
