/** Keeps Markdown and HTML in text that agents, people or upstream wrote from taking effect; on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#|~&]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
