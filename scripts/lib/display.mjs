// @ts-check
/** Whether opening a browser makes sense here: a person in front of a screen, not a robot or SSH. */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
export function hasDisplay(env, platform) {
  /** @param {string} name */
  const set = (name) => env[name] !== undefined && env[name] !== '';
  if (set('CI') && env.CI !== 'false') return false;
  if (set('SSH_CONNECTION') || set('SSH_CLIENT') || set('SSH_TTY')) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  // Under WSL the browser is Windows' own.
  return set('DISPLAY') || set('WAYLAND_DISPLAY') || set('WSL_DISTRO_NAME');
}
