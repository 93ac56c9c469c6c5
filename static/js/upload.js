// Sends files. What comes back is announced on `element` by htmx's own events, so that answers.js
// and the composer treat it like every other form's. Resolves to whether it was done.
// No time limit: a large file on a slow line takes its time and can be given up by `signal`.
export function upload(element, address, data, { onProgress, signal }) {
  return new Promise(resolve => {
    const xhr = new XMLHttpRequest()
    const detail = { xhr, elt: element, requestConfig: { verb: 'post', path: address } }
    const announce = (name, bubbles) => element.dispatchEvent(new CustomEvent(name, { bubbles, detail }))
    const failed = isOurs => {
      announce('htmx:afterRequest', false)
      if (!isOurs) announce('htmx:sendError', true)
      resolve(false)
    }
    xhr.open('POST', address)
    for (const [name, value] of Object.entries(headers())) xhr.setRequestHeader(name, value)
    xhr.upload.addEventListener('progress', event => onProgress(event.loaded, event.total))
    xhr.addEventListener('load', () => {
      announce('htmx:afterRequest', true)
      resolve(xhr.status < 300)
    })
    xhr.addEventListener('error', () => failed(false))
    xhr.addEventListener('abort', () => failed(true))
    signal?.addEventListener('abort', () => xhr.abort())
    announce('htmx:beforeRequest', false)
    xhr.send(data)
  })
}

function headers() {
  return { ...JSON.parse(document.body.getAttribute('hx-headers') ?? '{}'), 'HX-Request': 'true' }
}

// Shows how far something is on a progress bar: 0 to 1.
export function showProgress(bar, done) {
  const percent = Math.round(Math.min(1, Math.max(0, done)) * 100)
  bar.hidden = false
  bar.setAttribute('aria-valuenow', percent)
  bar.firstElementChild.dataset.v = percent
}
