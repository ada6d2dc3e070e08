/** Replaces the parts of a page that stand between `<!-- figures: NAME -->` and `<!-- end -->`. */

const block = /<!-- figures: ([^>]*?) -->\n[^]*?<!-- end -->/g

/** Every block is filled anew; a name that nobody can fill is an error, since its figures would silently grow old. */
export function fillBlocks(page: string, fill: (name: string) => string | undefined): string {
  return page.replace(block, (_whole, name: string) => {
    const content = fill(name)
    if (content === undefined) throw new Error(`nothing fills the block '${name}'`)
    return `<!-- figures: ${name} -->\n\n${content}\n\n<!-- end -->`
  })
}
