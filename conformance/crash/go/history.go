package main

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"sync"
	"time"
)

// The operations are those of the checker, with its names of fields.

type log struct {
	Topic     string `json:"topic"`
	TopicID   string `json:"topicId"`
	Partition int32  `json:"partition"`
}

type timed struct {
	Kind      string  `json:"kind"`
	Client    string  `json:"client"`
	InvokedMs float64 `json:"invokedMs"`
	EndedMs   float64 `json:"completedMs"`
}

type send struct {
	timed
	Log        log     `json:"log"`
	Producer   string  `json:"producer"`
	Sequences  []int64 `json:"sequences"`
	Outcome    string  `json:"outcome"`
	BaseOffset int64   `json:"baseOffset"`
	Idempotent bool    `json:"idempotent"`
}

type seenRecord struct {
	Offset  int64    `json:"offset"`
	Payload *payload `json:"payload,omitempty"`
}

type read struct {
	timed
	Log     log          `json:"log"`
	From    int64        `json:"from"`
	Next    int64        `json:"next"`
	Records []seenRecord `json:"records"`
}

// Offsets that the broker says it cannot give; To is exclusive.
type damage struct {
	timed
	Log  log   `json:"log"`
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

type bound struct {
	timed
	Log    log   `json:"log"`
	Offset int64 `json:"offset"`
}

type commit struct {
	timed
	Group   string `json:"group"`
	Log     log    `json:"log"`
	Offset  int64  `json:"offset"`
	Outcome string `json:"outcome,omitempty"`
}

type count struct {
	Acknowledged int            `json:"acknowledged"`
	Unanswered   int            `json:"unanswered"`
	Read         int            `json:"read"`
	Commits      int            `json:"commits"`
	Errors       map[string]int `json:"errors"`
	// Time since 1970 of the last acknowledgement.
	LastAckMs float64 `json:"lastAckMs"`
}

type history struct {
	lock   sync.Mutex
	file   *os.File
	buffer *bufio.Writer
	lines  *json.Encoder
	begun  time.Time
	sum    count
}

func openHistory(path string) *history {
	file, err := os.Create(path)
	check(err)
	buffer := bufio.NewWriterSize(file, 1<<20)
	h := &history{file: file, buffer: buffer, lines: json.NewEncoder(buffer), begun: time.Now()}
	h.sum.Errors = make(map[string]int)
	return h
}

// Milliseconds on a clock that does not jump.
func (h *history) now() float64 {
	return float64(time.Since(h.begun).Nanoseconds()) / 1e6
}

func (h *history) add(operation any) {
	h.lock.Lock()
	defer h.lock.Unlock()
	check(h.lines.Encode(operation))
}

// What is counted while the history grows; `change` runs under the lock.
func (h *history) tally(change func(*count)) {
	h.lock.Lock()
	defer h.lock.Unlock()
	change(&h.sum)
}

func (h *history) count() count {
	h.lock.Lock()
	defer h.lock.Unlock()
	copied := h.sum
	copied.Errors = maps.Clone(h.sum.Errors)
	return copied
}

func (h *history) close() {
	h.lock.Lock()
	defer h.lock.Unlock()
	check(h.buffer.Flush())
	check(h.file.Close())
}

func wallMs() float64 {
	return float64(time.Now().UnixMicro()) / 1e3
}
