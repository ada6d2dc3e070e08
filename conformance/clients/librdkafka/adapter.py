"""Adapter for librdkafka by way of confluent-kafka, whose wheels bring the C library along.

One JSON command per line in, one JSON answer or event per line out. It does what kcat cannot: explicit
timestamps, null header values, commits on demand, a running producer.
"""

import base64
import json
import os
import queue
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaException, OFFSET_BEGINNING, Producer, TopicPartition

output = threading.Lock()
members = {}
streams = {}


def emit(message):
    with output:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def decode(text):
    return None if text is None else base64.b64decode(text)


def to_json(message):
    headers = [[name, encode(value)] for name, value in message.headers() or []]
    return {
        "k": encode(message.key()),
        "v": encode(message.value()),
        "h": headers,
        "t": message.timestamp()[1],
        "p": message.partition(),
        "o": message.offset(),
    }


def common(command):
    return {"bootstrap.servers": command["bootstrap"], "client.id": command["clientId"]}


def producer_settings(command):
    return common(command) | {
        "acks": "all",
        "compression.type": command.get("compression", "none"),
        "enable.idempotence": command.get("idempotent", False),
        # Client limits are raised, so that it is the broker that refuses.
        "message.max.bytes": 16 << 20,
    }


def consumer_settings(command):
    return common(command) | {
        "group.id": command.get("group", "unused"),
        "enable.auto.commit": False,
        "enable.auto.offset.store": True,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 200,
    }


def produce(command):
    producer = Producer(producer_settings(command))
    offsets = [None] * len(command["records"])
    failures = []

    def delivered(index):
        def report(error, message):
            if error is not None:
                failures.append(error)
            else:
                offsets[index] = message.offset()

        return report

    for index, record in enumerate(command["records"]):
        producer.produce(
            command["topic"],
            key=decode(record["k"]),
            value=decode(record["v"]),
            headers=[(name, decode(value)) for name, value in record["h"]],
            partition=record["p"],
            timestamp=record["t"] or 0,
            on_delivery=delivered(index),
        )
    producer.flush()
    if failures:
        raise KafkaException(failures[0])
    return {"offsets": offsets}


def consume(command):
    consumer = Consumer(consumer_settings(command))
    topic = command["topic"]
    timestamp = command.get("fromTimestamp")
    start = OFFSET_BEGINNING if timestamp is None else timestamp
    positions = [TopicPartition(topic, partition, start) for partition in command["partitions"]]
    if timestamp is not None:
        positions = consumer.offsets_for_times(positions, timeout=10)
    consumer.assign(positions)
    records = []
    deadline = time.monotonic() + command["timeoutMs"] / 1000
    while len(records) < command["count"] and time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        records.append(to_json(message))
    consumer.close()
    return {"records": records}


class Member(threading.Thread):
    """One member of a group, polling on its own thread."""

    def __init__(self, command):
        super().__init__(daemon=True)
        self.session = command["session"]
        self.topic = command["topic"]
        self.assigned = set()
        self.leaving = False
        self.commits = queue.Queue()
        strategy = "cooperative-sticky" if command.get("cooperative") else "range"
        settings = consumer_settings(command) | {
            "session.timeout.ms": command["sessionTimeoutMs"],
            "heartbeat.interval.ms": 500,
            "partition.assignment.strategy": strategy,
            "topic.metadata.refresh.interval.ms": 2000,
        }
        if command.get("instanceId"):
            settings["group.instance.id"] = command["instanceId"]
        self.consumer = Consumer(settings)

    def change(self, partitions, added):
        numbers = {partition.partition for partition in partitions}
        self.assigned = self.assigned | numbers if added else self.assigned - numbers
        emit({"session": self.session, "event": "assigned", "partitions": sorted(self.assigned)})

    def run(self):
        self.consumer.subscribe(
            [self.topic],
            on_assign=lambda _, partitions: self.change(partitions, True),
            on_revoke=lambda _, partitions: self.change(partitions, False),
        )
        while not self.leaving:
            batch = self.consumer.consume(500, 0.1)
            records = [to_json(message) for message in batch if not message.error()]
            if records:
                emit({"session": self.session, "event": "records", "records": records})
            for message in batch:
                if message.error():
                    emit({"session": self.session, "event": "failed", "message": str(message.error())})
            self.commit_when_asked()
        self.consumer.close()

    def commit_when_asked(self):
        while not self.commits.empty():
            answer_to = self.commits.get()
            try:
                self.consumer.commit(asynchronous=False)
                answer_to.put(None)
            except KafkaException as error:
                answer_to.put(error)

    def commit(self):
        answer = queue.Queue()
        self.commits.put(answer)
        error = answer.get()
        if error is not None:
            raise error
        return {}

    def leave(self):
        self.leaving = True
        self.join()
        return {}


class Stream(threading.Thread):
    """An idempotent producer that sends numbered records until it is told to stop."""

    def __init__(self, command):
        super().__init__(daemon=True)
        self.command = command
        self.stopping = False
        self.sent = 0
        self.acked = 0
        self.failures = []
        settings = producer_settings(command) | {
            "enable.idempotence": True,
            "linger.ms": 0,
            "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 100,
            "retry.backoff.ms": 50,
            "retry.backoff.max.ms": 100,
        }
        self.producer = Producer(settings)

    def delivered(self, error, _):
        if error is not None:
            self.failures.append(str(error))
        else:
            self.acked += 1

    def run(self):
        while not self.stopping:
            value = f"{self.command['prefix']}{self.sent}"
            self.producer.produce(self.command["topic"], value=value, partition=0, on_delivery=self.delivered)
            self.sent += 1
            self.producer.poll(self.command["intervalMs"] / 1000)
        self.producer.flush()

    def finish(self):
        self.stopping = True
        self.join()
        return {"sent": self.sent, "acked": self.acked, "failures": self.failures}


def start(registry, kind):
    def operation(command):
        registry[command["session"]] = kind(command)
        registry[command["session"]].start()
        return {}

    return operation


operations = {
    "produce": produce,
    "consume": consume,
    "join": start(members, Member),
    "commit": lambda command: members[command["session"]].commit(),
    "leave": lambda command: members.pop(command["session"]).leave(),
    "stream-start": start(streams, Stream),
    "stream-stop": lambda command: streams.pop(command["session"]).finish(),
}


def answer(command):
    try:
        emit({"id": command["id"], "ok": operations[command["op"]](command)})
    except KafkaException as error:
        code = error.args[0].code()
        emit({"id": command["id"], "error": {"code": code, "message": str(error)}})
    except Exception as error:
        emit({"id": command["id"], "error": {"code": -1000, "message": repr(error)}})


for line in sys.stdin:
    threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()
# The driver closed our input; open clients need no orderly end.
os._exit(0)
