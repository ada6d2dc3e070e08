/** Of this package; the release script keeps it equal to package.json, and a test does. */
export const version = '0.1.0'
