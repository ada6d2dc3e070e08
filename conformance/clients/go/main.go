// The Go clients as a long process: one JSON command per line in, one JSON answer or event per line out.
// One binary holds franz-go and sarama, so that the matrix compiles once; the argument chooses.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Record is one record on the wire to the driver; []byte is base64 in JSON and nil is null.
type Record struct {
	Key       []byte   `json:"k"`
	Value     []byte   `json:"v"`
	Headers   []Header `json:"h"`
	Timestamp *int64   `json:"t"`
	Partition int32    `json:"p"`
	Offset    int64    `json:"o"`
}

// Header is a pair, written as an array of two.
type Header struct {
	Name  string
	Value []byte
}

func (h Header) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{h.Name, h.Value})
}

func (h *Header) UnmarshalJSON(data []byte) error {
	pair := []any{&h.Name, &h.Value}
	return json.Unmarshal(data, &pair)
}

// Command is the union of what the operations take.
type Command struct {
	ID               int      `json:"id"`
	Op               string   `json:"op"`
	Session          string   `json:"session"`
	Bootstrap        string   `json:"bootstrap"`
	Topic            string   `json:"topic"`
	Compression      string   `json:"compression"`
	Idempotent       bool     `json:"idempotent"`
	Records          []Record `json:"records"`
	Partitions       []int32  `json:"partitions"`
	FromTimestamp    *int64   `json:"fromTimestamp"`
	Count            int      `json:"count"`
	TimeoutMs        int      `json:"timeoutMs"`
	Group            string   `json:"group"`
	InstanceID       string   `json:"instanceId"`
	Cooperative      bool     `json:"cooperative"`
	SessionTimeoutMs int      `json:"sessionTimeoutMs"`
	Prefix           string   `json:"prefix"`
	IntervalMs       int      `json:"intervalMs"`
	ClientID         string   `json:"clientId"`
	Target           string   `json:"target"`
	PerTransaction   int      `json:"perTransaction"`
	AbortEvery       int      `json:"abortEvery"`
}

// BrokerError carries Kafka's error code; any other error is reported with code -1000.
type BrokerError struct {
	Code    int
	Message string
}

func (e *BrokerError) Error() string { return e.Message }

// StreamResult is what a stopped stream of numbered records says about itself.
type StreamResult struct {
	Sent     int      `json:"sent"`
	Acked    int      `json:"acked"`
	Failures []string `json:"failures"`
}

// Member is a running member of a consumer group.
type Member interface {
	Commit() error
	Leave() error
}

// Client is what each of the two libraries offers to the loop below.
type Client interface {
	Produce(*Command) ([]int64, error)
	Consume(*Command) ([]Record, error)
	Join(*Command) (Member, error)
	Stream(*Command, <-chan struct{}) StreamResult
}

type stream struct {
	stop   chan struct{}
	result chan StreamResult
}

var (
	client  Client
	members sync.Map
	streams sync.Map
	output  sync.Mutex
)

func emit(message any) {
	text, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(text, '\n'))
}

func tellAssigned(session string, partitions []int32) {
	emit(map[string]any{"session": session, "event": "assigned", "partitions": append([]int32{}, partitions...)})
}

func tellRecords(session string, records []Record) {
	emit(map[string]any{"session": session, "event": "records", "records": records})
}

func tellFailed(session string, err error) {
	emit(map[string]any{"session": session, "event": "failed", "message": err.Error()})
}

func run(command *Command) (any, error) {
	switch command.Op {
	case "produce":
		offsets, err := client.Produce(command)
		return map[string]any{"offsets": offsets}, err
	case "consume":
		records, err := client.Consume(command)
		return map[string]any{"records": append([]Record{}, records...)}, err
	case "copy":
		if _, ok := client.(franz); ok {
			return franzCopy(command)
		}
	case "join":
		member, err := client.Join(command)
		if err == nil {
			members.Store(command.Session, member)
		}
		return map[string]any{}, err
	case "commit":
		member, _ := members.Load(command.Session)
		return map[string]any{}, member.(Member).Commit()
	case "leave":
		member, _ := members.LoadAndDelete(command.Session)
		return map[string]any{}, member.(Member).Leave()
	case "stream-start":
		running := stream{make(chan struct{}), make(chan StreamResult, 1)}
		streams.Store(command.Session, running)
		go func() { running.result <- client.Stream(command, running.stop) }()
		return map[string]any{}, nil
	case "stream-stop":
		running, _ := streams.LoadAndDelete(command.Session)
		close(running.(stream).stop)
		return <-running.(stream).result, nil
	}
	return nil, fmt.Errorf("no operation %q", command.Op)
}

func answer(command *Command) {
	result, err := run(command)
	if err == nil {
		emit(map[string]any{"id": command.ID, "ok": result})
		return
	}
	code := -1000
	if broker, ok := err.(*BrokerError); ok {
		code = broker.Code
	}
	emit(map[string]any{"id": command.ID, "error": map[string]any{"code": code, "message": err.Error()}})
}

func main() {
	clients := map[string]Client{"franz-go": franz{}, "sarama": saramaClient{}}
	if len(os.Args) != 2 || clients[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: adapter franz-go|sarama")
		os.Exit(2)
	}
	client = clients[os.Args[1]]
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		command := &Command{}
		if err := json.Unmarshal(line, command); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		go answer(command)
	}
}
