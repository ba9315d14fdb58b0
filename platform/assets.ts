import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The path of a file or folder of the project that is not TypeScript (migrations, schemas), given relative to the
 * project's root. The built program runs from `dist/`, which only holds JavaScript. So the root is the nearest folder
 * above with a package.json, and the build need not copy anything.
 */
export function assetPath(fromRoot: string): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder)
      throw new Error(`No package.json above ${import.meta.dirname}: the installation is incomplete.`)
    folder = above
  }
  return join(folder, fromRoot)
}
