"""Drives every operation that the emulator implements with Imply's own client, and checks the models it answers with.

Usage: drive.py BASE_URL PROJECT_ID API_KEY
Prints one line per operation; exits with an exception at the first thing that the client does not take.
"""

import datetime
import sys
import time
import uuid

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from polaris.sdk.client import ProjectClient
from polaris.sdk.project_api import models as m

BASE_URL, PROJECT_ID, API_KEY = sys.argv[1:4]

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
ROLE = "arn:aws:iam::123456789012:role/reader"


def client_for(project_id=PROJECT_ID, api_key=API_KEY):
    return ProjectClient.from_endpoint(project_id, BASE_URL, api_key, retry_total=0)


client = client_for()
connections, jobs, tables = client.connections, client.jobs, client.tables


def done(operation):
    print(operation, flush=True)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def expect_error(answer, code_part, target=None):
    expect(isinstance(answer, m.ErrorResponse), f"expected an ErrorResponse, got {answer!r}")
    expect(code_part in answer.code, f"expected code {code_part}, got {answer.code}: {answer.message}")
    expect(target is None or answer.target == target, f"expected target {target}, got {answer.target}")


def expect_raises(error, call):
    try:
        answer = call()
    except error:
        return
    raise AssertionError(f"expected {error.__name__}, got {answer!r}")


def expect_user(user):
    uuid.UUID(user.user_id)
    expect(user.username.startswith("api-key-pok_"), f"odd username {user.username}")
    expect(API_KEY not in user.username, "the key is in the username")


def location(operation, *args):
    """The answer of an operation together with its Location header."""
    answer, headers = operation(*args, cls=lambda response, model, headers: (model, headers))
    expect(headers["Location"].startswith(f"/v1/projects/{PROJECT_ID}/"), f"odd location {headers}")
    return answer


def audit(answer):
    expect_user(answer.submitted_by_user)
    expect_user(answer.modified_by_user)
    for timestamp in (answer.submitted_on_timestamp, answer.modified_on_timestamp):
        datetime.datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%fZ")


CONNECTIONS = [
    m.CreateKafkaConnectionRequest(
        name="kafka",
        description="orders",
        bootstrap_servers="b-1.example.com:9096,b-2.example.com:9096",
        topic_name="orders",
        client_rack="use1-az4",
        secrets=m.SaslScramSecretsRequiredPayload(
            mechanism="SCRAM-SHA-512", username="polaris", password="hidden-1"
        ),
        ssl=m.KafkaConnectionPropertiesSsl(
            truststore=m.KafkaConnectionSslTruststorePemPayload(certificates=PEM),
            keystore=m.KafkaConnectionSslKeystorePemPayload(
                certificates=PEM, key=PRIVATE_KEY, key_password="hidden-2"
            ),
        ),
    ),
    m.CreateKafkaConnectionRequest(
        name="kafka-plain",
        bootstrap_servers="b-1.example.com:9096",
        topic_name="orders.*",
        topic_name_is_pattern=True,
        secrets=m.SaslPlainSecretsRequiredPayload(username="polaris", password="hidden-3"),
    ),
    m.CreateKafkaConnectionRequest(
        name="kafka-msk",
        bootstrap_servers="b-1.example.com:9098",
        topic_name="orders",
        secrets=m.AwsIamRoleSecretsRequiredPayload(aws_assumed_role_arn=ROLE),
    ),
    m.CreateConfluentConnectionRequest(
        name="confluent",
        bootstrap_servers="b-1.example.com:9092",
        topic_name="orders",
        secrets=m.ConfluentSecretsRequiredPayload(key="id", secret="hidden-4"),
    ),
    m.CreateConfluentSchemaRegistryConnectionRequest(
        name="registry",
        urls=["https://registry.example.com"],
        secrets=m.HttpBasicAuthSecretsRequiredPayload(username="polaris", password="hidden-5"),
    ),
    m.CreateKinesisConnectionRequest(
        name="kinesis",
        aws_assumed_role_arn=ROLE,
        aws_endpoint="kinesis.us-east-1.amazonaws.com",
        stream="orders",
    ),
    m.CreateS3ConnectionRequest(
        name="s3",
        aws_endpoint="s3.us-east-1.amazonaws.com",
        bucket="orders",
        prefix="daily/",
        secrets=m.AccessKeySecretsRequiredPayload(access_key_id="id", access_key_secret="hidden-6"),
    ),
    m.CreateAzureConnectionRequest(
        name="azure",
        storage_account="orders",
        container="daily",
        secrets=m.SasTokenSecretsRequiredPayload(sas_token="?hidden-7"),
    ),
    m.CreatePushStreamingConnectionRequest(name="push"),
]

UPDATES = {
    "kafka": m.UpdateKafkaConnectionRequest(
        secrets=m.SaslScramSecretsOptionalPayload(password="hidden-8"), description="changed"
    ),
    "confluent": m.UpdateConfluentConnectionRequest(topic_name="payments"),
    "registry": m.UpdateConfluentSchemaRegistryConnectionRequest(urls=["https://other.example.com"]),
    "kinesis": m.UpdateKinesisConnectionRequest(stream="payments"),
    "s3": m.UpdateS3ConnectionRequest(bucket="payments"),
    "azure": m.UpdateAzureConnectionRequest(container="weekly"),
    "push": m.UpdatePushStreamingConnectionRequest(description="changed"),
}


def drive_connections():
    for request in CONNECTIONS:
        created = location(connections.create_connection, request)
        expect(type(created).__name__ == type(request).__name__[6:].replace("Request", "Response"), repr(created))
        audit(created)
        read = connections.get_connection(request.name)
        expect(read.serialize(keep_readonly=True) == created.serialize(keep_readonly=True), "read differs from created")
        expect("hidden" not in str(read.serialize(keep_readonly=True)), "a secret is echoed")
        done(f"create_connection and get_connection {request.type}")
    expect_error(connections.create_connection(CONNECTIONS[0]), "ConnectionExists", "name")
    expect(len(connections.list_connections().values) == len(CONNECTIONS), "list is not complete")
    expect(connections.get_connection("kafka").secrets.username == "polaris", "the username is not echoed")
    ssl = connections.get_connection("kafka").ssl
    expect(ssl.truststore.certificates == PEM and ssl.keystore is None, f"not the truststore alone: {ssl!r}")
    done("list_connections")
    for name, request in UPDATES.items():
        updated = location(connections.update_connection, name, request)
        audit(updated)
        expect(updated.modified_on_timestamp > updated.submitted_on_timestamp, "the time of change is not kept")
    expect(connections.get_connection("kafka").description == "changed", "the change is lost")
    expect(connections.get_connection("kafka").client_rack == "use1-az4", "an absent member did not stay")
    expect_error(connections.update_connection("kafka", UPDATES["s3"]), "TypeCannotChange", "type")
    expect_error(connections.update_connection("absent", UPDATES["kafka"]), "ConnectionNotFound")
    done("update_connection")
    expect(connections.test_connection("kafka") is None, "test answers something")
    expect_error(connections.test_connection("absent"), "ConnectionNotFound")
    done("test_connection")
    meta = connections.describe_connections_meta()
    expect(meta.imply_arn.startswith("arn:aws:iam::") and meta.external_id, "meta is not complete")
    done("describe_connections_meta")
    expect_error(connections.get_connection("absent"), "ConnectionNotFound")


def streaming(table, format_settings, connection="kafka", **more):
    return m.CreateStreamingJobRequest(
        source=m.ConnectionJobSourceV2(
            connection_name=connection,
            format_settings=format_settings,
            input_schema=[m.FieldNameAndDataType(name="at", data_type="string")],
        ),
        target=m.TableJobTargetV2(table_name=table),
        create_table_if_not_exists=True,
        mappings=[
            m.InputToTableSchemaMapping(column_name="__time", expression='TIME_PARSE("at")'),
            m.InputToTableSchemaMapping(column_name="count", expression="COUNT(*)", is_aggregation=True),
        ],
        **more,
    )


FORMATS = {
    "json": m.JsonFormatSettings(),
    "csv": m.CsvFormatSettings(columns=["at"]),
    "avro": m.AvroStreamFormatSettings(
        parse_schema_provider=m.ConnectionParseSchemaProvider(connection_name="registry")
    ),
    "inline avro": m.AvroStreamFormatSettings(
        parse_schema_provider=m.InlineAvroParseSchemaProvider(schema={"type": "record", "name": "Order"})
    ),
    "protobuf": m.ProtobufFormatSettings(
        parse_schema_provider=m.InlineProtobufParseSchemaProvider(descriptor="AAAA", proto_message_type="Order")
    ),
    "kafka": m.KafkaFormatSettings(
        value_format=m.JsonFormatSettings(),
        key_format=m.CsvFormatSettings(columns=["key"]),
        header_format="utf-8",
    ),
}


def wait_for(job_id, status):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        seen = jobs.describe_job_status(job_id).execution_status
        if seen == status:
            return jobs.describe_job(job_id)
        time.sleep(0.02)
    raise AssertionError(f"job {job_id} is {seen}, not {status}")


def drive_streaming_jobs():
    for name, format_settings in FORMATS.items():
        created = location(jobs.create_job, streaming(name, format_settings, late_message_rejection_period="P7D"))
        expect(isinstance(created, m.StreamingJobResponse), repr(created))
        expect(isinstance(created.spec, m.CreateStreamingJobRequest), repr(created.spec))
        expect(type(created.spec.source.format_settings) is type(format_settings), repr(created.spec.source))
        expect(isinstance(created.created_timestamp, datetime.datetime), repr(created.created_timestamp))
        expect(created.late_message_rejection_period == "P7D", "a member is not copied")
        expect_user(created.created_by)
        running = wait_for(created.id, "running")
        expect(isinstance(running.started_timestamp, datetime.datetime), repr(running.started_timestamp))
        expect(isinstance(running.health, m.JobOkHealthV2), repr(running.health))
    done("create_job and describe_job streaming")
    expect(tables.describe_table("json").type == "aggregate", "an aggregation makes an aggregate table")
    expect_error(jobs.create_job(streaming("json", FORMATS["json"])), "StreamingJobExists", "target.tableName")
    swapped = jobs.create_job(streaming("json", FORMATS["json"], replace_running=True))
    job = wait_for(swapped.id, "running")
    done("create_job replace_running")
    suspend, resume, cancel = (
        m.UpdateJobStatusRequest(desired_execution_status=status) for status in ("suspended", "running", "canceled")
    )
    expect(isinstance(jobs.update_job_status(job.id, suspend), m.JobStatusResponse), "not a status")
    wait_for(job.id, "suspended")
    done("update_job_status and describe_job_status")
    expect(jobs.reset_job(job.id) is None, "reset answers something")
    done("reset_job")
    expect(isinstance(jobs.update_job(job.id, resume), m.StreamingJobResponse), "not a job")
    wait_for(job.id, "running")
    done("update_job")
    expect(0 <= jobs.describe_job_overall_progress(job.id).overall_progress <= 1, "odd progress")
    done("describe_job_overall_progress")
    logs = jobs.describe_job_logs(job.id).logs
    expect(logs and all(isinstance(entry.timestamp, datetime.datetime) for entry in logs), repr(logs))
    done("describe_job_logs")
    expect(isinstance(jobs.describe_job_metrics(job.id).totals.num_rows_processed, int), "odd metrics")
    done("describe_job_metrics")
    jobs.update_job_status(job.id, cancel)
    wait_for(job.id, "canceled")
    expect_error(jobs.update_job(job.id, resume), "InvalidStatus")
    expect_error(jobs.describe_job(str(uuid.uuid4())), "JobNotFound")
    expect_error(jobs.describe_job_status(str(uuid.uuid4())), "JobNotFound")


def drive_tables():
    detail = location(
        tables.create_table,
        m.DetailTablePayload(
            name="detail table",
            description="made by hand",
            schema=[m.DetailTableColumn(name="__time", data_type="timestamp")],
            schema_mode="strict",
            clustering_columns=["__time"],
            storage_policy=m.TableStoragePolicy(retain=m.PeriodPolicyPayload(period="P30D")),
        ),
    )
    expect(isinstance(detail, m.DetailTablePayload) and detail.version == 0, repr(detail))
    aggregate = tables.create_table(
        m.AggregateTablePayload(
            name="aggregate",
            time_resolution="minute",
            query_granularity=m.PeriodGranularityPayload(period="PT6H", time_zone="Europe/Berlin"),
            storage_policy=m.TableStoragePolicy(
                retain=m.IntervalsPolicyPayload(intervals=["2024-01-01/2024-07-01"], period="P30D"),
                cached=m.PeriodPolicyPayload(period="P7D"),
            ),
            schema=[
                m.AggregateTableDimensionColumn(name="city", data_type="string"),
                m.AggregateTableMeasureColumn(name="count", data_type="long"),
            ],
        )
    )
    expect(isinstance(aggregate, m.AggregateTablePayload), repr(aggregate))
    expect(isinstance(aggregate.schema[1], m.AggregateTableMeasureColumn), repr(aggregate.schema))
    expect(isinstance(aggregate.query_granularity, m.PeriodGranularityPayload), repr(aggregate.query_granularity))
    expect(aggregate.storage_policy.retain.period == "P30D", repr(aggregate.storage_policy))
    expect_error(tables.create_table(aggregate), "TableExists", "name")
    done("create_table")
    read = tables.describe_table("detail table")
    expect(isinstance(read.created_on_timestamp, datetime.datetime), repr(read.created_on_timestamp))
    expect_user(read.created_by_user)
    done("describe_table")
    read.schema.append(m.DetailTableColumn(name="city", data_type="string"))
    updated = tables.update_table("detail table", read)
    expect(updated.version == 1 and len(updated.schema) == 2, repr(updated))
    expect_error(tables.update_table("detail table", read), "StaleVersion", "version")
    done("update_table")
    summaries = tables.list_tables(partitioning_granularity="day", segment_count=0).values
    expect({"detail table", "aggregate", "json"} <= {table.name for table in summaries}, repr(summaries))
    expect(isinstance(summaries[0].modified_on_timestamp, datetime.datetime), repr(summaries[0]))
    done("list_tables")
    expect(tables.get_unused_segments_for_table("aggregate").values == [], "odd segments")
    done("get_unused_segments_for_table")
    expect_error(tables.describe_table("absent"), "TableNotFound")


def drive_other_jobs():
    target = m.TableJobTargetV2(table_name="aggregate")
    interval = "2024-01-01/2024-02-01"
    time_mapping = [m.InputToTableSchemaMapping(column_name="__time", expression='"__time"')]
    field = [m.FieldNameAndDataType(name="__time", data_type="string")]
    files = m.UploadedJobSourceV2(file_list=["orders.json"], input_schema=field)
    bucket = m.S3JobSourceV2(connection_name="s3", input_schema=field, prefixes=["daily/"])
    requests = [
        m.CreateBatchJobRequest(source=m.TableJobSourceV2(table_name="json"), target=target, mappings=time_mapping),
        m.CreateBatchJobRequest(source=files, target=target, mappings=time_mapping, ingestion_mode="replace"),
        m.CreateBatchJobRequest(source=bucket, target=target, mappings=time_mapping, context={"maxNumTasks": 3}),
        m.CreateSqlJobRequest(query='INSERT INTO "aggregate" SELECT * FROM "json" PARTITIONED BY DAY'),
        m.CreateDeleteDataJobRequest(
            target=m.TableJobTargetV2(table_name="aggregate", intervals=[interval]), soft_delete=True
        ),
        m.CreateRestoreDataJobRequest(target=target, interval=interval),
        m.CreateDropTableJobRequest(target=target, soft_delete=True),
    ]
    for request in requests:
        created = jobs.create_job(request)
        expect(type(created.spec) is type(request), repr(created))
        completed = wait_for(created.id, "completed")
        expect(isinstance(completed.completed_timestamp, datetime.datetime), repr(completed))
        done(f"create_job {request.type}")
    expect_error(tables.describe_table("aggregate"), "TableNotFound")


def drive_job_list():
    everything = jobs.list_jobs()
    expect(not everything.more_results_available, "the first page holds all")
    kinds = {type(summary).__name__ for summary in everything.values}
    expect("StreamingJobSummaryResponse" in kinds and "SqlJobSummaryResponse" in kinds, repr(kinds))
    page = jobs.list_jobs(pagination_limit=2, pagination_offset=1, sort_column="created_date_time", sort_order="ASC")
    expect(len(page.values) == 2 and page.more_results_available, repr(page))
    found = jobs.list_jobs(
        type=["streaming", "sql"],
        execution_status=["running", "canceled"],
        connection_name=["kafka", "s3"],
        health_status=["ok"],
        target_table_name="json",
        search_string="kafka",
    ).values
    expect({job.execution_status for job in found} == {"canceled"} and len(found) == 2, repr(found))
    expect(isinstance(found[0].source, m.ConnectionJobSourceSummary), repr(found[0].source))
    table = tables.describe_table("csv")
    expect(len(jobs.list_jobs(target_table_id=table.id).values) == 1, "no filter by table id")
    done("list_jobs")


def drive_deletion():
    expect_error(connections.delete_connection("kafka"), "ConnectionInUse", "name")
    expect(connections.delete_connection("azure") is None, "delete answers something")
    expect_error(connections.delete_connection("azure"), "ConnectionNotFound")
    done("delete_connection")


def drive_refusals():
    bad_key = client_for(api_key="pok_wrong").connections
    expect_raises(ClientAuthenticationError, bad_key.list_connections)
    bad_project = client_for(project_id=str(uuid.uuid4())).connections
    expect_raises(HttpResponseError, bad_project.list_connections)
    done("wrong key and wrong project")


drive_connections()
drive_streaming_jobs()
drive_tables()
drive_other_jobs()
drive_job_list()
drive_deletion()
drive_refusals()
