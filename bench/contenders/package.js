"use strict";
// This package.
const { KafkaConnection, StreamingJob, Table } = require("pulumi-imply-polaris");

module.exports = { Connection: KafkaConnection, Job: StreamingJob, Table };
