"""Makes 50 connections and 50 streaming jobs of mixed kinds with Imply's own client.

Usage: pairs.py BASE_URL PROJECT_ID API_KEY CERTIFICATE
"""

import sys

from polaris.sdk.client import ProjectClient
from polaris.sdk.project_api import models as m

BASE_URL, PROJECT_ID, API_KEY = sys.argv[1:4]
with open(sys.argv[4], encoding="ascii") as file:
    CERTIFICATE = file.read()

client = ProjectClient.from_endpoint(PROJECT_ID, BASE_URL, API_KEY, retry_total=0)
ROLE = "arn:aws:iam::123456789012:role/reader"
BROKERS = "b-2.example.com:9096,b-1.example.com:9096,b-3.example.com:9096"


def created(answer):
    if isinstance(answer, m.ErrorResponse):
        raise AssertionError(f"{answer.code}: {answer.message}")
    return answer


def kafka(name, index):
    kinds = [
        m.SaslScramSecretsRequiredPayload(mechanism="SCRAM-SHA-512", username="polaris", password="hidden"),
        m.SaslPlainSecretsRequiredPayload(username="polaris", password="hidden"),
        m.AwsIamRoleSecretsRequiredPayload(aws_assumed_role_arn=ROLE),
    ]
    truststore = m.KafkaConnectionSslTruststorePemPayload(certificates=CERTIFICATE)
    brokers = BROKERS if index % 3 != 2 else BROKERS.replace("9096", "9098")
    return m.CreateKafkaConnectionRequest(
        name=name,
        description="Orders of a region" if index % 4 == 0 else None,
        bootstrap_servers=brokers,
        topic_name="orders-.*" if index % 5 == 3 else f"orders-{index}",
        topic_name_is_pattern=index % 5 == 3,
        client_rack="use1-az4" if index % 6 == 1 else None,
        secrets=kinds[index % 3],
        ssl=m.KafkaConnectionPropertiesSsl(truststore=truststore) if index % 4 == 1 else None,
    )


def confluent(name, index):
    return m.CreateConfluentConnectionRequest(
        name=name,
        bootstrap_servers="pkc-1.us-east-1.aws.confluent.cloud:9092",
        topic_name=f"orders-{index}",
        secrets=m.SaslPlainSecretsRequiredPayload(username="key", password="hidden"),
    )


def kinesis(name, index):
    return m.CreateKinesisConnectionRequest(
        name=name, aws_assumed_role_arn=ROLE, aws_endpoint="kinesis.us-east-1.amazonaws.com", stream=f"orders-{index}"
    )


created(
    client.connections.create_connection(
        m.CreateConfluentSchemaRegistryConnectionRequest(
            name="registry",
            urls=["https://registry.example.com"],
            secrets=m.HttpBasicAuthSecretsRequiredPayload(username="polaris", password="hidden"),
        )
    )
)

FORMATS = [
    m.JsonFormatSettings(),
    m.CsvFormatSettings(columns=["at", "country", "amount"], delimiter="|"),
    m.AvroStreamFormatSettings(
        parse_schema_provider=m.ConnectionParseSchemaProvider(connection_name="registry"), binary_as_string=True
    ),
    m.KafkaFormatSettings(
        value_format=m.JsonFormatSettings(),
        key_format=m.CsvFormatSettings(columns=["key"]),
        header_format="utf-8",
    ),
]


def job(connection, table, index, settings):
    fields = [("at", "string"), ("country", "string"), ("amount", "double")]
    return m.CreateStreamingJobRequest(
        source=m.ConnectionJobSourceV2(
            connection_name=connection,
            format_settings=settings,
            input_schema=[m.FieldNameAndDataType(name=name, data_type=kind) for name, kind in fields],
        ),
        target=m.TableJobTargetV2(table_name=table),
        create_table_if_not_exists=True,
        mappings=[
            m.InputToTableSchemaMapping(column_name="__time", expression='TIME_PARSE("at")'),
            m.InputToTableSchemaMapping(column_name="country", expression='UPPER("country")'),
            m.InputToTableSchemaMapping(column_name="amount", expression='"amount"'),
        ],
        filter_expression="\"country\" <> 'XX'" if index % 7 == 0 else None,
        read_from_point="earliest" if index % 2 == 0 else "latest",
        use_schema_discovery=index % 3 == 0,
    )


NAMES = ["2024-orders", "class", "or-ders", "or_ders", "Orders"]
TABLES = ["日本", "2024 orders", "class", "größe"]

for index in range(49):
    make = confluent if index % 8 == 5 else kinesis if index % 8 == 7 else kafka
    name = NAMES[index] if index < len(NAMES) else f"orders-{index}"
    created(client.connections.create_connection(make(name, index)))
    settings = FORMATS[index % 4]
    if make is kinesis:
        settings = m.KinesisFormatSettings(value_format=m.JsonFormatSettings())
    table = TABLES[index] if index < len(TABLES) else f"orders_{index}"
    answer = created(client.jobs.create_job(job(name, table, index, settings)))
    if index % 10 == 9:
        suspended = m.UpdateJobStatusRequest(desired_execution_status="suspended")
        created(client.jobs.update_job_status(answer.id, suspended))

created(client.jobs.create_job(job("orders-5", "orders_again", 49, m.JsonFormatSettings())))
