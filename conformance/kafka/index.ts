export { kafkaClasspath, kafkaJars, kafkaVersion, loggingOptions } from './jars.ts'
export { startKafka, type KafkaOptions } from './server.ts'
export { kafkaTool, kafkaTools, type KafkaTool } from './tools.ts'
