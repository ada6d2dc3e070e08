// A witness: writes to a broker to which terrible things happen, reads along, and writes down what it did and saw
// as a history in JSON lines, for the checker that the simulation uses, too. It judges nothing itself.
//
// Lines on standard input steer it: "count" prints what was acknowledged so far as one line of JSON; "stop" ends
// the writing, waits for the answers, reads everything back, prints a last count and ends the process.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sync"
	"time"
)

type options struct {
	bootstrap   string
	topic       string
	history     string
	partitions  int
	producers   int
	fragile     int
	groups      int
	rate        int
	valueBytes  int
	finalErrors string
	follow      bool
	patience    time.Duration
}

func readOptions() options {
	var o options
	flag.StringVar(&o.bootstrap, "bootstrap", "", "address of the broker")
	flag.StringVar(&o.topic, "topic", "crash", "topic that exists")
	flag.StringVar(&o.history, "history", "", "file for the history")
	flag.IntVar(&o.partitions, "partitions", 4, "partitions of the topic")
	flag.IntVar(&o.producers, "producers", 3, "idempotent producers, which repeat until they get an answer")
	flag.IntVar(&o.fragile, "fragile", 1, "producers that neither number their records nor try twice")
	flag.IntVar(&o.groups, "groups", 1, "consumer groups of one member that commit")
	flag.IntVar(&o.rate, "rate", 2000, "records per second and producer")
	flag.IntVar(&o.valueBytes, "value-bytes", 300, "bytes of padding in a value")
	flag.StringVar(&o.finalErrors, "final-errors", "", "an error that promises that nothing was written")
	flag.BoolVar(&o.follow, "follow", true, "read along")
	flag.DurationVar(&o.patience, "patience", 2*time.Minute, "how long answers, and reading all, may take at the end")
	flag.Parse()
	return o
}

func main() {
	o := readOptions()
	history := openHistory(o.history)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var producers []*producer
	for number := range o.producers + o.fragile {
		p := newProducer(o, history, fmt.Sprintf("producer-%d", number), number < o.producers)
		producers = append(producers, p)
		running.Go(func() { p.run(ctx) })
	}
	if o.follow {
		running.Go(func() { follow(ctx, o, history) })
	}
	for number := range o.groups {
		running.Go(func() { consumeInGroup(ctx, o, history, fmt.Sprintf("group-%d", number)) })
	}
	obey(history)
	stop()
	running.Wait()
	for _, p := range producers {
		p.finish()
	}
	readAll(o, history)
	history.close()
	printCount(history)
}

// Ends at "stop", or when whoever steers us is gone.
func obey(h *history) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() && lines.Text() != "stop" {
		printCount(h)
	}
}

func printCount(h *history) {
	check(json.NewEncoder(os.Stdout).Encode(h.count()))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
