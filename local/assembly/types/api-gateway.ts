import { generateId } from '../names';
import { id, named, ref, seedOf, type ResourceView, type TypeTable } from './identity';

/** Children of an API have six characters, the API itself and its root resource ten. */
const child = id(6);

const domainAlias = (resource: ResourceView) =>
  `d-${generateId(seedOf(resource), 10)}.execute-api.${resource.env.region}.${resource.env.urlSuffix}`;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html */
export const API_GATEWAY_TYPES: TypeTable = {
  'AWS::ApiGateway::Account': { ref: id(10), attributes: { Id: ref } },
  'AWS::ApiGateway::ApiKey': { ref: id(10), attributes: { APIKeyId: ref } },
  'AWS::ApiGateway::Authorizer': { ref: child, attributes: { AuthorizerId: ref } },
  'AWS::ApiGateway::BasePathMapping': { ref: id(10) },
  'AWS::ApiGateway::ClientCertificate': { ref: child, attributes: { ClientCertificateId: ref } },
  'AWS::ApiGateway::Deployment': { ref: child, attributes: { DeploymentId: ref } },
  'AWS::ApiGateway::DocumentationPart': { ref: child, attributes: { DocumentationPartId: ref } },
  'AWS::ApiGateway::DomainName': {
    ref: named('DomainName'),
    attributes: {
      DistributionDomainName: domainAlias,
      DistributionHostedZoneId: () => 'Z2FDTNDATAQYW2',
      RegionalDomainName: domainAlias,
      RegionalHostedZoneId: () => 'Z1UJRXOUMOOFQ8',
    },
  },
  'AWS::ApiGateway::GatewayResponse': { ref: child, attributes: { Id: ref } },
  'AWS::ApiGateway::Method': { ref: id(10) },
  'AWS::ApiGateway::Model': { ref: named('Name', 128) },
  'AWS::ApiGateway::RequestValidator': { ref: child, attributes: { RequestValidatorId: ref } },
  'AWS::ApiGateway::Resource': { ref: child, attributes: { ResourceId: ref } },
  'AWS::ApiGateway::RestApi': {
    ref: id(10),
    attributes: {
      RestApiId: ref,
      RootResourceId: (resource) => generateId(`${seedOf(resource)}/root`, 10),
    },
  },
  'AWS::ApiGateway::Stage': { ref: named('StageName', 128) },
  'AWS::ApiGateway::UsagePlan': { ref: child, attributes: { Id: ref } },
  'AWS::ApiGateway::UsagePlanKey': {
    ref: (resource) => `${String(resource.property('KeyId'))}:${String(resource.property('UsagePlanId'))}`,
    attributes: { Id: ref },
  },
  'AWS::ApiGateway::VpcLink': { ref: id(6), attributes: { VpcLinkId: ref } },
};
