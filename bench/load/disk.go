package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// A file that is overwritten again and again, as a journal does.
const recycledBytes = 256 << 20

// Writes blocks to a file, one at a time, each durable before the next: what the disk can do for anybody.
func disk(o options) (figures, error) {
	block := values(options{size: o.batch, values: "random"})[0]
	var file *os.File
	var err error
	switch o.method {
	case "append-fdatasync":
		file, err = os.OpenFile(o.file, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o640)
	case "recycled-dsync":
		file, err = recycled(o.file)
	default:
		err = fmt.Errorf("there is no method %q", o.method)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(o.file)
	}()
	var took []float64
	deadline, start, written := deadlineOf(o), time.Now(), int64(0)
	for written < o.bytes && time.Now().Before(deadline) {
		at := written
		if o.method == "recycled-dsync" {
			at %= recycledBytes - int64(o.batch)
		}
		begun := time.Now()
		if _, err := file.WriteAt(block, at); err != nil {
			return nil, err
		}
		if o.method == "append-fdatasync" {
			if err := syscall.Fdatasync(int(file.Fd())); err != nil {
				return nil, err
			}
		}
		took = append(took, milliseconds(time.Since(begun)))
		written += int64(o.batch)
	}
	found := rate(int64(len(took)), written, time.Since(start))
	found.latencies("write", took)
	return found, nil
}

// Filled and synced before the clock starts, so that no block has to be allocated any more.
func recycled(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o640)
	if err != nil {
		return nil, err
	}
	chunk := make([]byte, 1<<20)
	for at := int64(0); at < recycledBytes; at += int64(len(chunk)) {
		if _, err := file.WriteAt(chunk, at); err != nil {
			return nil, err
		}
	}
	if err := file.Sync(); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_RDWR|syscall.O_DSYNC, 0o640)
}
