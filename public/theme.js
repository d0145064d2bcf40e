// Sets the theme before the first paint, so that a dark page never flashes white. The rules are those
// of src/state/theme.ts, which takes over once the page has loaded.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('adacos-playground.theme');
  } catch {
    // No storage allowed here: follow the system.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
