export { OptionError, checkOptions, withDefaults } from './check-options.ts'
export { nearestName } from '@naru/base'
