// Passkeys need a script: without one, or in a browser that knows none, their part stays hidden.
if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll('[data-passkey]')) part.hidden = false
}

// A passkey belongs to a name: browsers refuse an address of numbers, whatever the device has.
const failure = /^\[|^[\d.]+$/.test(location.hostname)
  ? '[data-passkey-numbers]'
  : '[data-passkey-failure]'

// allauth writes a failure to the console; people read the page.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  for (const message of document.querySelectorAll(failure)) message.hidden = false
})
