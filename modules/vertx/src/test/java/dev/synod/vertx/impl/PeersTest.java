package dev.synod.vertx.impl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeersTest {
  private final Peers peers = new Peers();

  @Test
  void aSecondStoreUnderANameIsRefused_howeverOftenItSpeaks() {
    assertThat(peers.isKnown(new Origin("g", "a", 1))).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 2))).isFalse();
    assertThat(peers.isKnown(new Origin("g", "b", 2))).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 1))).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 2))).isFalse();
  }
}
