package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Members learn of a rebalance by their next heartbeat; a short one shows the coordinator and not the interval.
const heartbeat = 100 * time.Millisecond
const groupTimeout = 60 * time.Second

// Who owns which partition, as the members were told.
type ownership struct {
	lock  sync.Mutex
	owner map[int32]int
	total int
}

func (w *ownership) assigned(member int) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
		w.lock.Lock()
		defer w.lock.Unlock()
		for _, partitions := range topics {
			for _, partition := range partitions {
				w.owner[partition] = member
			}
		}
	}
}

func (w *ownership) revoked(member int) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
		w.lock.Lock()
		defer w.lock.Unlock()
		for _, partitions := range topics {
			for _, partition := range partitions {
				if w.owner[partition] == member {
					delete(w.owner, partition)
				}
			}
		}
	}
}

// Waits until every partition has an owner and as many members as there are own some.
func (w *ownership) settled(members int) (time.Duration, error) {
	start := time.Now()
	for time.Since(start) < groupTimeout {
		w.lock.Lock()
		owners := make(map[int]bool)
		for _, member := range w.owner {
			owners[member] = true
		}
		done := len(w.owner) == w.total && len(owners) == members
		w.lock.Unlock()
		if done {
			return time.Since(start), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("a group of %d was not balanced within %v", members, groupTimeout)
}

// A group whose members all join at once; then one leaves, and one joins.
func group(o options) (figures, error) {
	if err := withTopic(o); err != nil {
		return nil, err
	}
	watch := &ownership{owner: make(map[int32]int), total: o.partitions}
	join := func(member int) (*kgo.Client, error) {
		client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumerGroup(o.topic),
			kgo.ConsumeTopics(o.topic), kgo.HeartbeatInterval(heartbeat),
			kgo.OnPartitionsAssigned(watch.assigned(member)), kgo.OnPartitionsRevoked(watch.revoked(member)),
			kgo.OnPartitionsLost(watch.revoked(member)))
		return client, err
	}
	members := make([]*kgo.Client, 0, o.members)
	defer func() {
		for _, client := range members {
			client.Close()
		}
	}()
	for member := range o.members {
		client, err := join(member)
		if err != nil {
			return nil, err
		}
		members = append(members, client)
	}
	joined, err := watch.settled(o.members)
	if err != nil {
		return nil, err
	}
	members[0].Close()
	members = members[1:]
	left, err := watch.settled(o.members - 1)
	if err != nil {
		return nil, err
	}
	client, err := join(o.members)
	if err != nil {
		return nil, err
	}
	members = append(members, client)
	again, err := watch.settled(o.members)
	return figures{
		"joinMs": milliseconds(joined), "leaveMs": milliseconds(left), "joinOneMs": milliseconds(again),
	}, err
}
