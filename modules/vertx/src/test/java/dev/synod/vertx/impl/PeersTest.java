package dev.synod.vertx.impl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeersTest {
  private final Peers peers = new Peers();

  @Test
  void aSecondStoreUnderANameIsRefused_howeverOftenItSpeaks() {
    assertThat(peers.isKnown(new Origin("g", "a", 1), true)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 2), true)).isFalse();
    assertThat(peers.isKnown(new Origin("g", "b", 2), true)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 1), true)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "a", 2), true)).isFalse();
  }

  @Test
  void aClientIsNotRemembered_andNobodyTakesTheNameOfAMember() {
    assertThat(peers.isKnown(new Origin("g", "client-1", 1), false)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "client-1", 2), false)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "b", 1), true)).isTrue();
    assertThat(peers.isKnown(new Origin("g", "b", 2), false)).isFalse();
  }
}
