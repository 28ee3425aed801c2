"use strict";
// This package.
const { KafkaConnection, StreamingJob } = require("pulumi-imply-polaris");

module.exports = { Connection: KafkaConnection, Job: StreamingJob };
