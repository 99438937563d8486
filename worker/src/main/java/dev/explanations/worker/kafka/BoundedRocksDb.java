package dev.explanations.worker.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Gives all stores of the process one memory budget. By default each of the dozens of stores may
 * take 50 MB of block cache and 48 MB of write buffers. The write buffers are charged to the block
 * cache: at most 48 MB of its 96 MB. Kafka Streams creates an instance per store, by class, so the
 * shared budget is static.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

  private static final long BLOCK_CACHE_BYTES = 96L << 20;
  private static final long WRITE_BUFFER_BYTES = 48L << 20;
  private static final long WRITE_BUFFER_BYTES_PER_STORE = 4L << 20;

  /**
   * Preallocated size of a manifest. The default of 4 MiB is more than everything else that a small
   * store takes on disk.
   */
  private static final long MANIFEST_PREALLOCATED_BYTES = 64L << 10;

  private static final Cache CACHE = new LRUCache(BLOCK_CACHE_BYTES);
  private static final WriteBufferManager WRITE_BUFFERS =
      new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

  private final BloomFilter filter = new BloomFilter();

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    table.setFilterPolicy(filter);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITE_BUFFERS);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES_PER_STORE);
    options.setMaxWriteBufferNumber(3);
    options.setManifestPreallocationSize(MANIFEST_PREALLOCATED_BYTES);
  }

  @Override
  public void close(String storeName, Options options) {
    filter.close();
  }
}
