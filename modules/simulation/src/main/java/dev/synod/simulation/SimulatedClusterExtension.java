package dev.synod.simulation;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Passes a {@link SimulatedGroup} to a test method. */
final class SimulatedClusterExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SimulatedGroup.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SimulatedCluster asked =
        AnnotationSupport.findAnnotation(context.getTestMethod(), SimulatedCluster.class)
            .orElseThrow();
    return new SimulatedGroup(asked.seeds(), asked.from(), asked.members(), asked.quorum());
  }
}
