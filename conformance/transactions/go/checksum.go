package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/twmb/franz-go/pkg/kgo"
)

type sum struct {
	Partition int32  `json:"partition"`
	Count     int64  `json:"count"`
	Sha256    string `json:"sha256"`
	hash      hash.Hash
	end       int64
}

// Prints for each partition of the target how many committed records a reader from the beginning is given, and a
// checksum over their values in order.
func checksum(o options) {
	ctx, cancel := context.WithTimeout(context.Background(), o.patience)
	defer cancel()
	ends, err := o.ends(ctx)
	check(err)
	sums := make([]*sum, o.partitions)
	missing := 0
	for partition := range sums {
		sums[partition] = &sum{Partition: int32(partition), hash: sha256.New()}
		sums[partition].end = ends[place{o.target, int32(partition)}]
		if sums[partition].end > 0 {
			missing++
		}
	}
	client := o.reader()
	defer client.Close()
	for missing > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			check(fmt.Errorf("not everything could be read within %v: %d partitions are missing", o.patience, missing))
		}
		fetches.EachRecord(func(record *kgo.Record) {
			one := sums[record.Partition]
			if record.Offset == one.end-1 {
				missing--
			}
			if !record.Attrs.IsControl() {
				one.add(record.Value)
			}
		})
	}
	for _, one := range sums {
		one.Sha256 = hex.EncodeToString(one.hash.Sum(nil))
		printLine(one)
	}
}

func (s *sum) add(value []byte) {
	s.Count++
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(value)))
	s.hash.Write(length[:])
	s.hash.Write(value)
}
