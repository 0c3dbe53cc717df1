// Suggestions while typing, in the browser's own list. Without this, names are typed in full.
for (const input of document.querySelectorAll('input[data-suggest]')) {
  let asked = ''
  let timer
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => suggest(input), 200)
  })

  async function suggest() {
    // Of several names, the one that is being typed.
    const at = 'several' in input.dataset ? input.value.search(/[^,،，、]*$/) : 0
    const before = input.value.slice(0, at).trim()
    const typed = input.value.slice(at).trim()
    if (typed.length < 2 || typed === asked) return
    asked = typed
    try {
      const response = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(typed)}`)
      if (!response.ok) return
      const { found } = await response.json()
      if (typed !== asked) return
      input.list.replaceChildren(
        ...found.map((name) => new Option('', before ? `${before} ${name}` : name)),
      )
    } catch {
      // No line: typing works without suggestions.
    }
  }
}
