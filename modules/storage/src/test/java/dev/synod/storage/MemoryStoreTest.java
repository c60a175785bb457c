package dev.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private static final StoreListener NEVER_CALLED =
      new StoreListener() {
        @Override
        public void durable(long lsn) {
          throw new AssertionError("durable");
        }

        @Override
        public void failed(StorageException cause) {
          throw new AssertionError("failed", cause);
        }
      };

  @Test
  void aRecordIsDurableWhenAppendReturns() {
    Store store = Store.open(StoreOptions.inMemory("g", "a"), NEVER_CALLED);
    assertThat(store.recovered()).isEqualTo(Recovered.NOTHING);
    for (long lsn = 1; lsn <= 3; lsn++) {
      assertThat(store.append(new Chosen(lsn))).isEqualTo(lsn);
      assertThat(store.durable()).isEqualTo(lsn);
      assertThat(store.pendingBytes()).isZero();
    }
    store.close();
    assertThatThrownBy(() -> store.append(new Chosen(4))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void eachStoreHasANameOfItsOwn() {
    StoreOptions options = StoreOptions.inMemory("g", "a");
    assertThat(Store.open(options, NEVER_CALLED).storeId())
        .isNotEqualTo(Store.open(options, NEVER_CALLED).storeId());
  }
}
