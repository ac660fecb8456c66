"""The server of moto, taught four rules of CloudFormation that moto 5 lacks, so that templates need not bend to it."""

from moto.apigateway.models import Method
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.parsing import OutputMap, ResourceMap
from moto.server import main


def without_backend(create):
    """A MOCK integration has no URI and needs no HTTP method.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html
    """

    def create_method(resource_name, cloudformation_json, *args, **kwargs):
        integration = cloudformation_json["Properties"]["Integration"]
        if integration["Type"] == "MOCK":
            integration = {"IntegrationHttpMethod": None, "Uri": None, **integration}
        properties = {**cloudformation_json["Properties"], "Integration": integration}
        return create(resource_name, {**cloudformation_json, "Properties": properties}, *args, **kwargs)

    return create_method


def in_dependency_order(build_diff):
    """A change set creates a resource after those that it depends on; moto does so for a stack only.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    """

    def build_resource_diff(self, other_template, *args, **kwargs):
        diff = build_diff(self, other_template, *args, **kwargs)
        resources = other_template["Resources"]
        ordered = []

        def add(name):
            if name in ordered or name not in diff["Add"]:
                return
            depends_on = resources[name].get("DependsOn", [])
            for dependency in [depends_on] if isinstance(depends_on, str) else depends_on:
                add(dependency)
            ordered.append(name)

        for name in diff["Add"]:
            add(name)
        return {**diff, "Add": ordered}

    return build_resource_diff


def with_outputs(apply):
    """A stack has the outputs of the change set that was executed."""

    def apply_change_set(self):
        apply(self)
        self.stack.output_map = OutputMap(self.stack.resource_map, self.template_dict, self.stack.stack_id)

    return apply_change_set


def that_exist(stack_resources):
    """A stack lists its resources; moto fails at the first one of a type that it does not know."""
    return property(lambda self: [resource for resource in stack_resources(self) if resource is not None])


Method.create_from_cloudformation_json = staticmethod(without_backend(Method.create_from_cloudformation_json))
ResourceMap.build_resource_diff = in_dependency_order(ResourceMap.build_resource_diff)
ChangeSet.apply = with_outputs(ChangeSet.apply)
Stack.stack_resources = that_exist(Stack.stack_resources.fget)

main()
