/** Text from elsewhere without anything that a terminal would obey; line breaks stay. */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ');
}
