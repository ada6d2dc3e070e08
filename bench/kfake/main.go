// kfake, the broker that the authors of franz-go test with, as a process of its own with its log in files. With
// -sync every batch is synced before it is acknowledged, which makes it the peer that promises what Naru does.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	port := flag.Int("port", 9092, "port at 127.0.0.1")
	data := flag.String("data", "", "folder; in memory when left out")
	sync := flag.Bool("sync", false, "sync every batch")
	flag.Parse()
	options := []kfake.Opt{kfake.NumBrokers(1), kfake.Ports(*port), kfake.DefaultNumPartitions(4)}
	if *data != "" {
		options = append(options, kfake.DataDir(*data))
	}
	if *sync {
		options = append(options, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM, syscall.SIGINT)
	<-stopped
	cluster.Close()
}
