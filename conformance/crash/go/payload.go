package main

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// A value says where it belongs and carries a checksum, in the form that the checker's `payload.ts` describes.
type payload struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Producer  string `json:"producer"`
	Sequence  int64  `json:"sequence"`
}

func (p payload) encode(padding string) []byte {
	text := fmt.Sprintf("%s %d %s %d %s", p.Topic, p.Partition, p.Producer, p.Sequence, padding)
	return []byte(text + " " + checksum(text))
}

// Nil when the bytes are no whole payload.
func decodePayload(bytes []byte) *payload {
	text := string(bytes)
	end := strings.LastIndexByte(text, ' ')
	if end < 0 || checksum(text[:end]) != text[end+1:] {
		return nil
	}
	var p payload
	if _, err := fmt.Sscan(text[:end], &p.Topic, &p.Partition, &p.Producer, &p.Sequence); err != nil {
		return nil
	}
	return &p
}

func checksum(text string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(text))), 16)
}
