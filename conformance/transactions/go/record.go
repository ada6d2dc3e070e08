package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The value of a copy: the source's place, the transaction, and how many records it has.
type copied struct {
	offset      int64
	transaction string
	count       int
}

func (c copied) encode(source []byte) []byte {
	return fmt.Appendf(nil, "%d %s %d %s", c.offset, c.transaction, c.count, source)
}

func decodeCopied(value []byte) (copied, error) {
	fields := strings.SplitN(string(value), " ", 4)
	if len(fields) != 4 {
		return copied{}, fmt.Errorf("%q is no copy", value)
	}
	offset, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return copied{}, err
	}
	count, err := strconv.Atoi(fields[2])
	return copied{offset, fields[1], count}, err
}
