package dev.synod.vertx.impl;

/**
 * Who speaks.
 *
 * @param group the group
 * @param member its member
 * @param store the id of the store the member's promises lie in; two stores under one name are two
 *     members, of which one is an error
 */
public record Origin(String group, String member, long store) {
  public Origin {
    Names.check(group);
    Names.check(member);
  }
}
